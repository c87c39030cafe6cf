// Marks a handle while the code of a step runs on it, whichever copy of Lockstep looks at it.

const RUNNING = Symbol.for('lockstep.running')

/** What stands for the code of a step that runs on this handle, and is another one whenever that gives a sign of life. */
export const runningOn = (handle: unknown): unknown => Reflect.get(handle as object, RUNNING)

/** Marks a handle; again for each sign of life. */
export const markRunning = (handle: unknown): unknown => Reflect.set(handle as object, RUNNING, {})

/** Ends that. */
export const unmarkRunning = (handle: unknown): unknown =>
  Reflect.deleteProperty(handle as object, RUNNING)
