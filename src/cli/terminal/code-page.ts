// The page of the documentation about a code: where it is in a project, and where on this machine.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageFile } from '../../../codegen/project/lockstep-package.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { foldCase } from '../../sql/names.js'

/** Where the package is in the project that has it installed. */
const INSTALLED = 'node_modules/lockstep/'

/** The diagnostics, each with the address of the page about its code. */
export const withPages = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.map((one) => ({ ...one, page: `${INSTALLED}${pageOf(one.code)}` }))

/** Rules have a page each; the others share one. Asking the rules themselves would load the compiler. */
function pageOf(code: string): string {
  const page = `docs/rules/${code}.md`
  return existsSync(inPackage(page)) ? page : `docs/errors.md#${foldCase(code)}`
}

/** The URL of a page that `withPages` has named, for a terminal to open. */
export function pageUrl(address: string): string {
  const [page = '', anchor] = address.slice(INSTALLED.length).split('#')
  return `${pathToFileURL(inPackage(page)).href}${anchor === undefined ? '' : `#${anchor}`}`
}

const inPackage = (page: string): string => join(dirname(packageFile()), page)
