type Given<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without the keys whose value is undefined, which would overwrite. */
export function givenValues<T extends object>(section: T): Given<T> {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined)) as Given<T>;
}
