import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Takes a lock that names this process, or answers the pid of the process that has it.
 * A process is known by pid and start time, so a lock survives neither its process nor a reused pid.
 */
export function takeLock(file: string): { holder: number } | { release: () => void } {
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, own, { mode: 0o644 });
  try {
    // Two tries: a stale lock is put away once. link() makes name and content appear at once, or fails.
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        linkSync(draft, file);
        return { release: () => read(file) === own && rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = lockHolder(file);
      if (holder !== null) return { holder };
      putAway(file, draft);
    }
    return { holder: lockHolder(file) ?? 0 };
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The pid of the living process that has the lock, or null. */
export function lockHolder(file: string): number | null {
  return livingPid(read(file));
}

function livingPid(text: string): number | null {
  const [pid, start] = text.trim().split(" ");
  return pid && start && startOf(Number(pid)) === start ? Number(pid) : null;
}

/** Moves a stale lock aside. If another process renewed it in between, what was moved is alive: it goes back. */
function putAway(file: string, draft: string): void {
  const aside = `${draft}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (livingPid(read(aside)) !== null) linkSync(aside, file);
  rmSync(aside, { force: true });
}

/** Start time of a process in clock ticks since boot, field 22 of /proc/PID/stat; empty when there is none. */
function startOf(pid: number): string {
  const text = read(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // A zombie holds nothing any more.
  return fields[0] === "Z" ? "" : (fields[19] ?? "");
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
