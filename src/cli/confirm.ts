// Asking a person before something that cannot be undone.
import type * as Prompts from '@inquirer/prompts'
import { interrupted } from '../errors/command-line.js'
import { LockstepError } from '../errors/lockstep-error.js'

/** Asks for a yes or a no; no is what Enter means. Throws `INTERRUPTED` when the question is left with Ctrl+C. */
export const confirm = (message: string): Promise<boolean> =>
  ask((prompts) => prompts.confirm({ message, default: false }, { output: process.stderr }))

/** One of several answers, and the number that it stands for. */
export interface Choice {
  readonly value: number
  readonly name: string
}

/** Asks for one of several answers. Throws `INTERRUPTED` when the question is left with Ctrl+C. */
export const choose = (message: string, choices: readonly Choice[]): Promise<number> =>
  ask((prompts) => prompts.select({ message, choices }, { output: process.stderr }))

async function ask<T>(question: (prompts: typeof Prompts) => Promise<T>): Promise<T> {
  const prompts = await import('@inquirer/prompts')
  try {
    return await question(prompts)
  } catch (cause) {
    throw new LockstepError(interrupted(), { cause })
  }
}
