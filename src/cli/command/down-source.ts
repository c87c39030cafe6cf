// The origin of the `down` that undoes a migration. Types only.

/** Where the `down` that undoes a migration comes from, if not from the code. Serialisable as JSON. */
export interface DownSource {
  readonly version: number
  readonly id: string
  readonly name: string
  /** `code`: nothing else is known, so it is the current `down` of the code. */
  readonly from: 'record' | 'git' | 'ledger' | 'code'
  /** When the record was written, or the commit made, as ISO 8601. */
  readonly at?: string
  readonly commit?: string
  /** The full name of the branch or tag that contains the commit; null if none has it among its newest commits. */
  readonly ref?: string | null
  /** Why the applied version was declared irreversible; empty if it merely had no `down`. */
  readonly irreversible?: string
  /** For `code`: records are ignored because `CI` is set. */
  readonly unbelieved?: true
}
