// The client that the page for authors of drivers speaks of: better-sqlite3 behind promises.
import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Row, Value } from '../../../src/index.js'

/** An open connection. */
export class Client {
  readonly file: string
  readonly readonly: boolean
  readonly #db: Database.Database

  constructor(file: string, db: Database.Database) {
    this.file = file
    this.readonly = db.readonly
    this.#db = db
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction
  }

  exec(script: string): Promise<void> {
    return this.#later(() => void this.#db.exec(script))
  }

  all(sql: string, values: readonly Value[]): Promise<readonly Row[]> {
    return this.#later(() => {
      const statement = this.#db.prepare<unknown[], Row>(sql)
      if (statement.reader) return statement.all(...values)
      statement.run(...values)
      return []
    })
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  async #later<T>(call: () => T): Promise<T> {
    await setImmediate()
    if (!this.#db.open) throw Object.assign(new RangeError('closed'), { code: 'CLIENT_CLOSED' })
    return call()
  }
}

/** Opens a file, which is made when it is not there. */
export const connect = async (
  file: string,
  { readonly = false }: { readonly readonly?: boolean } = {},
): Promise<Client> => new Client(file, new Database(file, { readonly }))
