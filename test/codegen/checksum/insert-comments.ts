// Puts comments wherever a script can take one.
import { ts } from 'ts-morph'
import { tokensOf } from './mutations/edit.js'

/** A comment before every token, and one on a line of its own before every token that begins a line. */
export function insertComments(text: string): string {
  const source = ts.createSourceFile('/a.ts', text, ts.ScriptTarget.Latest, true)
  let out = ''
  let end = 0
  for (const token of tokensOf(source)) {
    const start = token.getStart()
    const space = text.slice(end, start)
    out += space + (space.includes('\n') ? COMMENT_LINES : '/* "c" */ ')
    out += text.slice(start, token.end)
    end = token.end
  }
  return `${out}${text.slice(end)}// the end`
}

const COMMENT_LINES = "/** @type {it's} `a` */\n// 'b'; {\n"
