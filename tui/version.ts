/** The same as in package.json; a test compares them. */
export const version = "0.1";

export const usage = `Usage: dabei [command]

  (none)             the installer's screens on this terminal
  install --answers FILE [--dry-run] [--passphrase-file FILE]
                     installs by an answer file, without a question; - is stdin
  status [--json]    how the installation stands
  events [--follow]  what happened in the installation, one JSON object a line; --follow waits for its end
  log                the commands of the installation and their output
  machine            what was found of this machine, as JSON
  unattended [--dry-run [--command-line TEXT] [--from url|inline|file|device|fw_cfg|smbios]]
                     looks for an answer file and installs by it, once at boot; or shows what it would do
  engine             runs the plan in /run/dabei/plan.json; the screens start it
  --version          this program's version

Exit codes: 0 done, 1 something to be put right, 2 wrong answers, 70 a bug of ours, 130 stopped.
`;
