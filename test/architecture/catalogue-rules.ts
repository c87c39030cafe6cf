// What must be true of every code of the catalogue, as functions from data to findings.
import type { Sources } from './source-files.js'

/** What these rules need to know of an error, a diagnostic or a rule of the build. */
export interface Code {
  readonly code: string
  /** The function that makes it; null for the rules of the build, which a list of their own keeps. */
  readonly factory: string | null
  readonly meaning: string
  readonly message: string
  readonly fix: string
}

/** Codes that are not `AREA_CONDITION`. */
export const misshapen = (codes: readonly Code[]): string[] =>
  codes
    .filter(({ code }) => !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(code))
    .map(({ code }) => `${code} does not name an area and a condition`)

/** Codes that stand for two different things. */
export const doubled = (codes: readonly Code[]): string[] =>
  codes
    .filter((one, index) => codes.findIndex(({ code }) => code === one.code) !== index)
    .map(({ code }) => `${code} is in the catalogue twice`)

/** Codes without a meaning, a message or a fix. */
export const incomplete = (codes: readonly Code[]): string[] =>
  codes
    .filter(({ meaning, message, fix }) => [meaning, message, fix].includes(''))
    .map(({ code }) => `${code} lacks its meaning, its message or its fix`)

/** Codes that nothing makes: their factory is named in no file but its own. */
export function unused(codes: readonly Code[], sources: Sources): string[] {
  return codes
    .filter(({ factory }) => factory !== null && !isNamedTwice(factory, sources))
    .map(({ code, factory }) => `${code} is made by ${factory}, which nothing calls`)
}

function isNamedTwice(factory: string, sources: Sources): boolean {
  const named = new RegExp(`\\b${factory}\\b`)
  return [...sources.values()].filter((text) => named.test(text)).length > 1
}

/** Codes that no test expects. */
export function unasserted(codes: readonly Code[], tests: readonly string[]): string[] {
  return codes
    .filter(({ code }) => !tests.some((text) => new RegExp(`\\b${code}\\b`).test(text)))
    .map(({ code }) => `${code} is expected by no test`)
}

/** Codes without a section on the page. */
export const undocumented = (codes: readonly Code[], page: string): string[] =>
  codes
    .filter(({ code }) => !page.includes(`\n#### ${code}\n`))
    .map(({ code }) => `${code} is not on the page; run \`npm run docs\``)
