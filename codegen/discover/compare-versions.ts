// Orders migrations and their files, the same way on every machine.

/** A version with the file that has it, as printed. */
export interface VersionOfFile {
  readonly version: number
  readonly file: string
}

/** Ascending by version as a number, then by file name in code units. */
export function compareVersions(a: VersionOfFile, b: VersionOfFile): number {
  if (a.version !== b.version) return a.version - b.version
  if (a.file === b.file) return 0
  return a.file < b.file ? -1 : 1
}
