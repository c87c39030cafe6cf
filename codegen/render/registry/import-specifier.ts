// How one file names another in an import. Pure: works on paths of the system it runs on, answers with `/` always.
import { dirname, extname, relative, sep } from 'node:path'

/** `js` names what a compiler will have made, `ts` the source itself, `none` leaves the ending to a bundler. */
export type SpecifierExtension = 'js' | 'ts' | 'none'

const COMPILED: Readonly<Record<string, string>> = { '.ts': '.js', '.mts': '.mjs', '.cts': '.cjs' }

/**
 * The specifier by which `importer` imports `imported` (both absolute). With `none` the endings of module-kind files
 * stay (`.mjs`, `.cjs`), because nothing resolves those without.
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
