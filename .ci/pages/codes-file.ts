// Generates the types of all codes, so that a misspelt one does not compile.
import type { Project } from 'ts-morph'
import { rules } from '../../codegen/check/rules.js'
import { buildProblems, runtimeErrors } from './catalogue.js'

/** The text of a TypeScript file with a union of the error codes, and one of the finding codes. */
export function codesFile(project: Project): string {
  const errors = runtimeErrors(project).map(({ code }) => code)
  const findings = [...rules, ...buildProblems(project)].map(({ code }) => code)
  return `// Made from the sources by \`npm run docs\`: every code that there is. Types only.

/** The codes of errors, as \`docs/errors.md\` explains them. */
// prettier-ignore
export type ErrorCode = ${unionOf(errors)}

/** The codes of what the build finds: rules, each with a page in \`docs/rules/\`, and diagnostics. */
// prettier-ignore
export type FindingCode = ${unionOf(findings)}
`
}

/** A union type with the codes of one area on a line. */
function unionOf(codes: readonly string[]): string {
  const all = [...new Set(codes)].toSorted()
  const areaOf = (code: string): string => code.slice(0, code.indexOf('_'))
  const lines = [...new Set(all.map(areaOf))].map((area) =>
    all.flatMap((code) => (areaOf(code) === area ? [` | '${code}'`] : [])).join(''),
  )
  return `\n ${lines.join('\n ')}`
}
