// Caches what is read from a file's syntax, however many migrations load the file.
import type { ts } from 'ts-morph'

/** The same reader with a cache by file. Syntax trees do not change while a folder is digested. */
export function perFile<T>(read: (file: ts.SourceFile) => T): (file: ts.SourceFile) => T {
  const known = new Map<ts.SourceFile, T>()
  return (file) => {
    const remembered = known.get(file)
    if (remembered !== undefined) return remembered
    const value = read(file)
    known.set(file, value)
    return value
  }
}
