/** Files by which an unattended installation, the consoles and a workstation talk to each other. */

/** What the consoles show while it is there; they show the screens otherwise. */
export const consoleLog = "/run/dabei/unattended.log";
/** Made by a console at which a key was pressed. */
export const takeover = "/run/dabei/takeover";
/** Made when it can no more be taken over: begun, or ended. */
export const decided = "/run/dabei/unattended-decided";
/** Made when the guided installation follows, on every console. */
export const handedOver = "/run/dabei/handed-over";
/** Made when every console shall show a shell. */
export const consoleShell = "/run/dabei/unattended-shell";
/** Made when the drivers of all devices have had their turn. */
export const driversLoaded = "/run/dabei/coldplugged";
/** Words as on the kernel command line, which scripts/deploy has brought after the boot: they go before those. */
export const laterParameters = "/run/dabei/parameters";
