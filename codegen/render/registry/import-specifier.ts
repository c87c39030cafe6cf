// Computes the specifier by which one file imports another. Pure: takes paths of the current system, always returns `/`.
import { dirname, extname, relative, sep } from 'node:path'

/** `js` names the compiled file, `ts` the source itself, `none` leaves the extension to a bundler. */
export type SpecifierExtension = 'js' | 'ts' | 'none'

const COMPILED: Readonly<Record<string, string>> = { '.ts': '.js', '.mts': '.mjs', '.cts': '.cjs' }

/**
 * The specifier by which `importer` imports `imported` (both absolute). With `none` the extensions `.mjs` and `.cjs` stay,
 * because nothing resolves such a file without them.
 */
export function importSpecifier(
  importer: string,
  imported: string,
  extension: SpecifierExtension,
): string {
  const path = relative(dirname(importer), imported).split(sep).join('/')
  const ending = extname(path)
  const stem = path.slice(0, path.length - ending.length)
  return (stem.startsWith('../') ? stem : `./${stem}`) + specifierEnding(ending, extension)
}

function specifierEnding(ending: string, extension: SpecifierExtension): string {
  if (extension === 'ts') return ending
  const compiled = COMPILED[ending] ?? ending
  return extension === 'none' && compiled === '.js' ? '' : compiled
}
