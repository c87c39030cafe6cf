// Puts texts that may hold anything into Markdown, so that they are shown as they are.
import { visibleText } from '../../diagnostics/visible-text.js'

/** A text as code: a name, a type, a piece of SQL. Ends of lines become spaces. */
export function code(text: string): string {
  const line = visibleText(text.replace(/\s+/g, ' '))
  const fence = fenceFor(line, 1)
  if (line.trim() === '') return `${fence}"${line}"${fence}`
  const padding = /^`|`$/.test(line) ? ' ' : ''
  return `${fence}${padding}${line}${padding}${fence}`
}

/** The same within a table, where a bar would end the cell even in code. */
export const codeCell = (text: string): string => code(text).replaceAll('|', '\\|')

/** Several lines of code in a language. */
export function codeBlock(language: string, text: string): string {
  const fence = fenceFor(text, 3)
  const shown = text.trimEnd().replace(/[^\n\t]+/g, visibleText)
  return `${fence}${language}\n${shown}\n${fence}\n`
}

/** At least this many backticks, and more than the longest run of them in the text. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  return '`'.repeat(Math.max(least, longest + 1))
}

/** A table with a heading; the cells hold Markdown. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('')
}
