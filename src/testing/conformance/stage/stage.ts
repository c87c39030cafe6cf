// The environment of one case: connections that are closed when it ends, and the ways to use a handle.
import type { Driver } from '../../../database/driver.js'
import type { Mode } from '../../../database/outcome.js'
import { expected } from './expect.js'
import type { BigIntegers, DriverUnderTest } from './driver-under-test.js'

/** A driver of which only the port is known. */
export type AnyDriver = Driver<unknown, Mode>

/** A way to use a handle, with its name. */
export interface NamedWay {
  readonly name: string
  /** The client's result, possibly a promise. */
  run(driver: AnyDriver, sql: string): unknown
}

/** Opens connections, and remembers which to close. */
export interface Stage {
  open(): Promise<AnyDriver>
  openAgain(first: AnyDriver): Promise<AnyDriver>
  openReadonly(first: AnyDriver): Promise<AnyDriver>
  close(driver: AnyDriver): Promise<void>
  readonly ways: readonly NamedWay[]
  /** The first of the ways, for cases in which the way does not matter. */
  readonly way: NamedWay
  readonly bigIntegers: BigIntegers<unknown> | undefined
  readonly scripts: boolean
  /** Closes what is still open, the last first. */
  end(): Promise<void>
}

type Opener = ((handle: unknown) => AnyDriver | PromiseLike<AnyDriver>) | undefined

/** Creates the environment of one case. */
export function stageFor<H, M extends Mode>(driver: DriverUnderTest<H, M>): Stage {
  const subject = driver as unknown as DriverUnderTest<unknown>
  const opened: AnyDriver[] = []
  const ways = Object.entries(subject.ways).map(([name, way]) => ({
    name,
    run: ({ handle }: AnyDriver, sql: string) => way(handle, sql),
  }))
  const open = async (opener: Opener, handle?: unknown): Promise<AnyDriver> => {
    const made = await expected(opener, 'the function that opens a connection').call(
      subject,
      handle,
    )
    opened.push(made)
    return made
  }
  const close = async (one: AnyDriver): Promise<void> => {
    opened.splice(opened.lastIndexOf(one), 1)
    await subject.close(one.handle)
  }
  return {
    open: () => open(subject.open),
    openAgain: ({ handle }) => open(subject.openAgain, handle),
    openReadonly: ({ handle }) => open(subject.openReadonly, handle),
    close,
    ways,
    way: expected(ways[0], 'a way to run a statement on the handle'),
    bigIntegers: subject.bigIntegers,
    scripts: subject.capabilities?.scripts ?? true,
    async end() {
      for (const one of [...opened].reverse()) await close(one)
    },
  }
}
