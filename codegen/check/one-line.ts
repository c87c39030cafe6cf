// SQL as it is shown inside of a sentence.
import { tokenize } from '../../src/schema/tokenize.js'

/** The statement on one line as far as its literals allow it, without comments; everything else as it is written. */
export function oneLine(sql: string): string {
  let line = ''
  for (const { kind, text } of tokenize(sql)) {
    const separates = kind === 'space' || kind === 'comment'
    if (!separates) line += text
    else if (line !== '' && !line.endsWith(' ')) line += ' '
  }
  return line.trimEnd()
}
