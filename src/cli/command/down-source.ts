// Where what undoes a migration comes from. Types only.

/** Where the `down` that undoes a migration comes from, when that is not the code. Survives JSON. */
export interface DownSource {
  readonly version: number
  readonly id: string
  readonly name: string
  /** `code`: nothing else is known, so that it is the `down` that the code has now. */
  readonly from: 'record' | 'git' | 'ledger' | 'code'
  /** When the record was written, or the commit made, as ISO 8601. */
  readonly at?: string
  readonly commit?: string
  /** The branch or tag that leads to the commit, in full; null where it is in none of their newest commits. */
  readonly ref?: string | null
  /** Why what was applied was declared to be irreversible; empty where it only had no `down`. */
  readonly irreversible?: string
  /** Of the code's: no record is believed here, because `CI` is set. */
  readonly unbelieved?: true
}
