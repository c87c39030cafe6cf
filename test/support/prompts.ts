// Stands for the package of prompts in every test: nobody answers until a test says what.
import { beforeEach, vi } from 'vitest'

/** Answers a question in words. */
export const input = vi.fn<(asked: unknown) => Promise<string>>()
/** Answers yes or no. */
export const confirm =
  vi.fn<(asked: unknown, context?: { readonly signal?: AbortSignal }) => Promise<boolean>>()
/** Takes one of several. */
export const select = vi.fn<(asked: unknown) => Promise<number>>()

/** To be called at the top of a file of tests, which shares its process with others. */
export function forgetAnswers(): void {
  beforeEach(() => {
    for (const question of [input, confirm, select]) question.mockReset()
  })
}
