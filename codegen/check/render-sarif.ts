// Diagnostics as SARIF, the format of code scanning services. Pure; loads the rules for what they say about themselves.
import type { Diagnostic, Severity } from '../model.js'
import { rules } from './rules.js'

/** For code scanning: a SARIF 2.1.0 log with one run. Paths are relative to the project's folder. */
export function renderSarif(diagnostics: readonly Diagnostic[]): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Lockstep', rules: codes.map(describeRule) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((one) => describeResult(one, codes.indexOf(one.code))),
      },
    ],
  }
  return JSON.stringify(log, null, 2)
}

function describeRule(code: string): object {
  const rule = rules.find((one) => one.code === code)
  if (!rule) return { id: code }
  return {
    id: code,
    shortDescription: { text: rule.meaning },
    fullDescription: { text: rule.problem },
    help: { text: rule.solution },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  }
}

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
        artifactLocation: { uri: encodeURI(file).replace(/[?#]/g, encodeURIComponent) },
        region: { startLine: line, startColumn: column },
      },
    },
  ],
})
