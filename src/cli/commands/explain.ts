// `lockstep explain`: prints what a code means, why it matters and what to do, from the documentation in the package.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { foldUpper } from '../../sql/names.js'
import { type CommandRun, EXIT } from '../command/command.js'
import { nearest } from '../../../codegen/diagnostics/nearest.js'
import { codePage, codeText, documentedCodes } from '../terminal/code-page.js'
import { markdownLines } from '../terminal/markdown.js'

/** Prints the page of one code. Reads no project and no database. */
export const run: CommandRun = async ({ words: [word = ''] }) => {
  const code = foldUpper(word)
  const text = codeText(code)
  if (text === null) throw unknownCode(code)
  const page = codePage(code)
  return {
    exitCode: EXIT.done,
    json: { code, page, text },
    text: (style) => [...markdownLines(text.trimEnd(), style), '', style.dim(page)],
  }
}

function unknownCode(code: string): LockstepError {
  const meant = nearest(code, documentedCodes())
  const fix = meant
    ? `Did you mean ${meant}?`
    : 'Give a code as it is printed with a finding or an error; docs/errors.md and docs/rules/README.md in the package list them all.'
  return new LockstepError(usageInvalid(`There is no code ${code}.`, fix))
}
