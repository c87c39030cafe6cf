// A fact of replay about several histories. Types only.

/** After `up`, an object of another history is not as that history has made it. */
export interface OtherChanged {
  readonly kind: 'other-changed'
  readonly version: number
  /** `table users`. */
  readonly object: string
  readonly history: string
  readonly gone: boolean
}
