// Creates a stand-in for a prepared statement that is skipped.

/** Text that any database prepares, and that does nothing. */
const NOTHING = 'SELECT 1 WHERE 0'

/** A statement of the client that accepts any parameters, finds no rows and changes none. */
export function idleStatement(prepare: (sql: string) => unknown): unknown {
  const statement = prepare(NOTHING) as object
  const answers = {
    run: { changes: 0, lastInsertRowid: 0 },
    get: undefined,
    all: [],
    columns: [],
    bind: statement,
  }
  for (const [name, answer] of Object.entries(answers)) shadow(statement, name, () => answer)
  shadow(statement, 'iterate', () => [].values())
  return statement
}

const shadow = (statement: object, name: string, value: () => unknown): void =>
  void Object.defineProperty(statement, name, { configurable: true, writable: true, value })
