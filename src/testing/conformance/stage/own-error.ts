// Whether an error is the client's own: the runtime reads it, and people look for its text.
import { describe, expectThat, thrownBy } from './expect.js'
import type { AnyDriver, Stage } from './stage.js'

const BROKEN = 'INSERT INTO missing VALUES (1)'

/** Fails unless the driver throws what the client throws when a migration's code runs the same statement on the handle. */
export async function expectOwnError(
  stage: Stage,
  run: (driver: AnyDriver, sql: string) => unknown,
): Promise<void> {
  const driver = await stage.open()
  const { name, run: runNatively } = stage.way
  const seen = await thrownBy(() => run(driver, BROKEN), 'a failing statement')
  const own = await thrownBy(() => runNatively(driver, BROKEN), `${name} on the handle`)
  expectThat(
    describe(seen) === describe(own) && kindOf(seen) === kindOf(own),
    `it threw the ${kindOf(seen)} ${describe(seen)}, and the client throws the ${kindOf(own)} ${describe(own)}`,
  )
}

const kindOf = (error: unknown): string =>
  String((error as { constructor?: { name?: unknown } } | null)?.constructor?.name)
