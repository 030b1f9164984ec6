. /etc/profile
alias ll='ls -l'
