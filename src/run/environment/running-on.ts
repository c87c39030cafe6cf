// Marks a handle while the code of a step runs on it, visible to every loaded copy of Lockstep.

const RUNNING = Symbol.for('lockstep.running')

/** A token for the step code running on this handle, replaced with each sign of life. */
export const runningOn = (handle: unknown): unknown => Reflect.get(handle as object, RUNNING)

/** Marks a handle; called again for each sign of life. */
export const markRunning = (handle: unknown): unknown => Reflect.set(handle as object, RUNNING, {})

/** Removes the mark. */
export const unmarkRunning = (handle: unknown): unknown =>
  Reflect.deleteProperty(handle as object, RUNNING)
