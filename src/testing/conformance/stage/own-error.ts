// Checks whether an error is the client's own: the runtime reads it, and people search for its text.
import { describe, expectThat, thrownBy } from './expect.js'
import type { AnyDriver, Stage } from './stage.js'

/** A statement that fails. */
export const BROKEN = 'INSERT INTO missing VALUES (1)'

/** Fails unless the driver throws the same error as the client when a migration's code runs the same statement on the handle. */
export async function expectOwnError(
  driver: AnyDriver,
  { way }: Stage,
  run: () => unknown,
): Promise<void> {
  const seen = await thrownBy(run, 'a failing statement')
  const own = await thrownBy(() => way.run(driver, BROKEN), `${way.name} on the handle`)
  expectThat(
    describe(seen) === describe(own) && kindOf(seen) === kindOf(own),
    `it threw the ${kindOf(seen)} ${describe(seen)}, and the client throws the ${kindOf(own)} ${describe(own)}`,
  )
}

const kindOf = (error: unknown): string =>
  String((error as { constructor?: { name?: unknown } } | null)?.constructor?.name)
