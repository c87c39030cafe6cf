// Which migration the path of an import means.
import { posix } from 'node:path'
import type { MigrationFile } from '../../model/migration.js'
import type { Script, Subject } from '../subject/rule.js'

/**
 * The migration file that a relative path in a script leads to, written with the ending of the file, with that of what
 * it compiles to or with none; undefined where it leads elsewhere.
 */
export function resolveMigrationImport(
  specifier: string,
  { path }: Script,
  { reading }: Subject,
): MigrationFile | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined
  const target = withoutExtension(posix.join(posix.dirname(path), specifier))
  return reading.discovery.files.find(
    (file) => file.kind === 'script' && withoutExtension(file.path) === target,
  )
}

const withoutExtension = (path: string): string => path.replace(/\.[cm]?[jt]s$/, '')
