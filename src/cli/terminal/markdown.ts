// Renders the Markdown of our own pages for a terminal: headings, lists, code, links. Pure.
import type { Style } from './style.js'

/** The content of a page for people, without comments and links back to lists. */
export function markdownLines(text: string, style: Style): string[] {
  const parts = text.replace(/<!--[^]*?-->\n*/g, '').split(/^(```.*\n[^]*?^```$)/m)
  return parts.flatMap((part, at) => (at % 2 === 1 ? codeLines(part) : proseLines(part, style)))
}

/** Indented like code within text, without the fences. */
const codeLines = (block: string): string[] =>
  block
    .split('\n')
    .slice(1, -1)
    .map((line) => `    ${line}`.trimEnd())

const proseLines = (prose: string, style: Style): string[] =>
  prose
    .replace(/\n*\[All rules\]\(README\.md\)\n*$/, '')
    .replace(/^\n|\n$/g, '')
    .split('\n')
    .flatMap((line) =>
      line.startsWith('#')
        ? style.bold(line.replace(/^#+ /, ''))
        : style.wrap(line).map((part) => spans(part, style)),
    )

const spans = (line: string, style: Style): string =>
  line.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replace(/`[^`]+`/g, (code) => style.cyan(code))
