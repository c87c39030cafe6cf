// The types of all codes, so that a misspelt one does not compile.
import type { Project } from 'ts-morph'
import { rules } from '../../codegen/check/rules.js'
import { buildProblems, runtimeErrors } from './catalogue.js'

/** A file of TypeScript with a union of the codes of errors, and one of the codes of findings. */
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

/** Those of one area stand in one line. */
function unionOf(codes: readonly string[]): string {
  const all = [...new Set(codes)].toSorted()
  const areaOf = (code: string): string => code.slice(0, code.indexOf('_'))
  const lines = [...new Set(all.map(areaOf))].map((area) =>
    all.flatMap((code) => (areaOf(code) === area ? [` | '${code}'`] : [])).join(''),
  )
  return `\n ${lines.join('\n ')}`
}
