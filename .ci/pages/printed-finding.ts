// Renders a finding as the command line prints it, for the README.
import { type Paint, renderText } from '../../codegen/diagnostics/render-diagnostics.js'
import type { Diagnostic, Severity } from '../../codegen/model/diagnostic.js'
import { withPages } from '../../src/cli/terminal/code-page.js'
import { readExample } from './rule-examples.js'

const PARTS = /^(\w+) (\w+) ([^:\n]+):(\d+):(\d+)\n {2}(.+)\n {2}fix: (.+)\n/

/** The printed finding of this rule's example; throws if there is none. */
export function printedFinding(root: string, code: string): string {
  const { findings, bad } = readExample(root, code)!
  const [, severity, found, file = '', line, column, message, fix] = PARTS.exec(findings)!
  const diagnostic: Diagnostic = {
    code: found!,
    severity: severity as Severity,
    file,
    line: Number(line),
    column: Number(column),
    message: message!,
    fix: fix!,
  }
  const lines = renderText(withPages([diagnostic]), new Map(Object.entries(bad)), PLAIN)
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``
}

const plain = (text: string): string => text
const PLAIN: Paint = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
}
