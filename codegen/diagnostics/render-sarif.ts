// Diagnostics as SARIF, the format of code scanning services. Pure.
import { createHash } from 'node:crypto'
import type { Diagnostic, Severity } from '../model/diagnostic.js'
import { jsonText } from './visible-text.js'

/** The texts about a rule: its own and those of its page. */
export interface RuleText {
  readonly code: string
  readonly severity: Severity
  readonly meaning: string
  readonly problem: string
  readonly solution: string
}

/**
 * For code scanning: a SARIF 2.1.0 log with one run. Paths are relative to `SRCROOT`, the folder that the diagnostics' paths are
 * relative to: the log has no path of this machine.
 */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  rules: readonly RuleText[],
): string {
  const first = new Map(diagnostics.toReversed().map((one) => [one.code, one]))
  const codes = [...first.keys()].sort()
  const fingerprintOf = fingerprints()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Lockstep',
            rules: codes.map((code) => describeRule(first.get(code)!, rules)),
          },
        },
        invocations: [{ executionSuccessful: true }],
        originalUriBaseIds: { SRCROOT: { description: { text: 'The top of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((one) => ({
          ...describeResult(one, codes.indexOf(one.code)),
          partialFingerprints: { 'lockstep/v1': fingerprintOf(one) },
        })),
      },
    ],
  }
  return jsonText(log)
}

/** A finding without a rule, of reading, writing or comparing, is described by the words of its code and by its fix. */
function describeRule({ code, fix }: Diagnostic, rules: readonly RuleText[]): object {
  const rule = rules.find((one) => one.code === code)
  const names = { id: code, name: pascalCase(code) }
  if (!rule) return { ...names, shortDescription: { text: words(code) }, help: { text: fix } }
  return {
    ...names,
    shortDescription: { text: rule.meaning },
    fullDescription: { text: rule.problem },
    help: { text: rule.solution },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  }
}

/** `BASE_EDITED` → `Base edited.` */
const words = (code: string): string =>
  `${code.charAt(0)}${code.slice(1).toLowerCase().replaceAll('_', ' ')}.`

/** `BASE_EDITED` → `BaseEdited` */
const pascalCase = (code: string): string =>
  code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

const describeResult = (
  { code, severity, message, fix, file, line, column }: Diagnostic,
  ruleIndex: number,
): object => ({
  ruleId: code,
  ruleIndex,
  level: LEVELS[severity],
  message: { text: `${message} ${fix}` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file), uriBaseId: 'SRCROOT' },
        region: { startLine: line, startColumn: column },
      },
    },
  ],
})

/** A colon in the first path segment would be taken for a scheme. */
const uriOf = (file: string): string =>
  encodeURI(file).replace(/[?#]/g, encodeURIComponent).replaceAll(':', '%3A')

/** Identifies a finding across runs although lines have moved: by its text, its file and its ordinal among equal ones. */
function fingerprints(): (one: Diagnostic) => string {
  const seen = new Map<string, number>()
  return ({ code, file, message }) => {
    // Measured times differ from run to run.
    const meaning = JSON.stringify([code, file, code === 'REPLAY_ESTIMATED' ? '' : message])
    const nth = (seen.get(meaning) ?? 0) + 1
    seen.set(meaning, nth)
    const digest = createHash('sha256').update(meaning).digest('hex').slice(0, 32)
    return `${digest}:${nth}`
  }
}
