// Replaces the prompts package in every test: no question is answered unless a test provides the answer.
import { beforeEach, vi } from 'vitest'

/** Asks for a text. */
export const input = vi.fn<(asked: unknown) => Promise<string>>()
/** Asks for yes or no. */
export const confirm =
  vi.fn<(asked: unknown, context?: { readonly signal?: AbortSignal }) => Promise<boolean>>()
/** Asks to choose one of several. */
export const select = vi.fn<(asked: unknown) => Promise<number>>()

/** To be called at the top of a test file, which shares its process with others. */
export function forgetAnswers(): void {
  beforeEach(() => {
    for (const question of [input, confirm, select]) question.mockReset()
  })
}
