// Asking a person before something that cannot be undone.
import { interrupted } from '../errors/command-line.js'
import { LockstepError } from '../errors/lockstep-error.js'

/** Asks for a yes or a no; no is what Enter means. Throws `INTERRUPTED` when the question is left with Ctrl+C. */
export async function confirm(message: string): Promise<boolean> {
  const prompts = await import('@inquirer/prompts')
  try {
    return await prompts.confirm({ message, default: false }, { output: process.stderr })
  } catch (cause) {
    throw new LockstepError(interrupted(), { cause })
  }
}
