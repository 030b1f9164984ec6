. /etc/profile
# A login over ssh comes in on the installer; leaving it gives the shell. DABEI is set inside of it.
if [ -n "$SSH_TTY" ] && [ -z "$DABEI$TMUX" ]; then dabei; fi
