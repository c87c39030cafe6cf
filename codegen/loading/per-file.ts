// Reading a file's syntax once, however many migrations load the file.
import type { ts } from 'ts-morph'

/** The same reader, which remembers what it has read of each file. Trees do not change while a folder is digested. */
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
