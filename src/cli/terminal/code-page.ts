// Finds the documentation of a code: its path in a project and on this machine, and its text.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageFile } from '../../../codegen/project/lockstep-package.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { foldCase } from '../../sql/names.js'

/** The path of the package in a project that has it installed. */
const INSTALLED = 'node_modules/lockstep/'

const RULES = 'docs/rules'
const ERRORS = 'docs/errors.md'

/** The diagnostics, each with the path of its code's page. */
export const withPages = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.map((one) => ({ ...one, page: codePage(one.code) }))

/** The path of the page about a code. Rules have a page each; the others share one. */
export function codePage(code: string): string {
  const page = `${RULES}/${code}.md`
  return `${INSTALLED}${existsSync(inPackage(page)) ? page : `${ERRORS}#${foldCase(code)}`}`
}

/** The URL of a page returned by `codePage`, for a terminal to open. */
export function pageUrl(address: string): string {
  const [page = '', anchor] = address.slice(INSTALLED.length).split('#')
  return `${pathToFileURL(inPackage(page)).href}${anchor === undefined ? '' : `#${anchor}`}`
}

/** The documentation of a code, in Markdown; null for an unknown code. */
export function codeText(code: string): string | null {
  if (ruleCodes().includes(code)) return readPage(`${RULES}/${code}.md`)
  const section = readPage(ERRORS)
    .split(/^(?=#{1,4} )/m)
    .find((one) => one.startsWith(`#### ${code}\n`))
  return section ?? null
}

/** What a rule finds, why it matters and what to do, which is only in its page. */
export const ruleProse = (code: string): RuleProse => proseIn(readPage(`${RULES}/${code}.md`))

/** The hand-written parts of a rule's page. */
export interface RuleProse {
  /** The meaning of the code, in one sentence. */
  readonly meaning: string
  readonly problem: string
  readonly solution: string
}

/** Extracts it from the text of a page; the rest of which is generated. */
export function proseIn(page: string): RuleProse {
  const below = (heading: string): string =>
    page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]?.trim() ?? ''
  const meaning = page.split('-->\n')[1]?.split('\nSeverity: ')[0]?.trim() ?? ''
  return { meaning, problem: below('Why it matters'), solution: below('What to do') }
}

/** Every code, read from the pages: reading the rules would load the compiler. */
export const documentedCodes = (): string[] => [
  ...ruleCodes(),
  ...[...readPage(ERRORS).matchAll(/^#### (\w+)$/gm)].map(([, code = '']) => code),
]

const ruleCodes = (): string[] =>
  readdirSync(inPackage(RULES)).flatMap(
    (file) => /^([A-Z\d]+_[A-Z\d_]+)\.md$/.exec(file)?.[1] ?? [],
  )

const readPage = (page: string): string => readFileSync(inPackage(page), 'utf8')

const inPackage = (page: string): string => join(dirname(packageFile()), page)
