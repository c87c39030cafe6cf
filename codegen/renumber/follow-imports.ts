// Updates the imports of a script for renamed files. Pure.
import { posix } from 'node:path'
import { ts } from 'ts-morph'

/** The new paths of files by their old ones, absolute and with `/`. */
export type Renames = ReadonlyMap<string, string>

/** The text of a script with its imports of renamed files updated; null if it has none, or is not a script. */
export function followImports(text: string, path: string, renames: Renames): string | null {
  if (!SCRIPT.test(path)) return null
  const { importedFiles } = ts.preProcessFile(text, true, true)
  let [result, end] = ['', 0]
  for (const { fileName, pos } of importedFiles) {
    const renamed = renamedPath(fileName, path, renames)
    if (renamed === undefined || !text.startsWith(fileName, pos + 1)) continue
    result += text.slice(end, pos + 1) + renamed
    end = pos + 1 + fileName.length
  }
  return end === 0 ? null : result + text.slice(end)
}

const SCRIPT = /\.[cm]?[jt]sx?$/

/** The new form of a relative path written in a file; undefined if it leads to none of the renamed files. */
export function renamedPath(written: string, file: string, renames: Renames): string | undefined {
  if (!/^\.\.?\//.test(written)) return undefined
  const meant = bare(posix.join(posix.dirname(file), written))
  for (const [before, after] of renames) {
    if (bare(before) !== meant) continue
    const [old, name] = [stem(before), stem(after)]
    const at = written.lastIndexOf(old)
    return written.slice(0, at) + name + written.slice(at + old.length)
  }
  return undefined
}

/** A path without the parts that imports vary: the extension of the file or of its compiled form, and a query. */
const bare = (path: string): string => path.replace(/[?#].*$/, '').replace(SCRIPT, '')

/** The name of a file without all its endings. */
export const stem = (path: string): string => posix.basename(path).replace(/\..*$/, '')
