// Asks a person before something that cannot be undone.
import type * as Prompts from '@inquirer/prompts'
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import { interrupted } from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { dropTyped } from './drop-typed.js'

/** Asks yes or no; Enter means no, and so does a question that becomes outdated. Throws `INTERRUPTED` on Ctrl+C. */
export const confirm = (question: string, outdated?: AbortSignal): Promise<boolean> =>
  ask(async ({ confirm }) => {
    const context = { output: process.stderr, ...(outdated && { signal: outdated }) }
    try {
      return await confirm({ message: visibleText(question), default: false }, context)
    } catch (error) {
      if (outdated?.aborted) return false
      throw error
    }
  }, outdated)

/** Asks for a text. Throws `INTERRUPTED` as `confirm` does. */
export const askText = (question: string): Promise<string> =>
  ask(({ input }) => input({ message: visibleText(question) }, { output: process.stderr }))

/** One of several answers, and the number that it stands for. */
export interface Choice {
  readonly value: number
  readonly name: string
}

/** Asks for one of several answers. Throws `INTERRUPTED` as `confirm` does. */
export const choose = (question: string, choices: readonly Choice[]): Promise<number> =>
  ask(({ select }) =>
    select(
      {
        message: visibleText(question),
        choices: choices.map(({ value, name }) => ({ value, name: visibleText(name) })),
      },
      { output: process.stderr },
    ),
  )

async function ask<T>(
  put: (prompts: typeof Prompts) => Promise<T>,
  outdated?: AbortSignal,
): Promise<T> {
  const prompts = await import('@inquirer/prompts')
  try {
    await dropTyped(process.stdin, outdated)
    return await put(prompts)
  } catch (cause) {
    if (isLockstepError(cause)) throw cause
    throw new LockstepError(interrupted(), { cause })
  }
}
