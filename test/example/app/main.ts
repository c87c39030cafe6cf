// A small application: opens its database, brings it to the right version, and uses it. Bundled and run by a test.
import Database from 'better-sqlite3'
import { migrate } from 'lockstep/better-sqlite3'
import { registry } from '../../../generated/registry.js'

interface Contact {
  readonly name: string
  readonly messages: number
}

const db = new Database('contacts.db')
const { steps, to } = migrate(db, registry)
console.log(`applied ${steps.length}, at version ${to}`)

const visits = db.prepare('SELECT count(*) FROM contacts').pluck().get() as number
const contact = db
  .prepare('INSERT INTO contacts (telegram_id, first_name) VALUES (?, ?)')
  .run(visits + 1, `Contact ${visits + 1}`)
db.prepare(
  "INSERT INTO messages (telegram_id, contact_id, direction, body, sent_at) VALUES (1, ?, 'in', 'hello', '2025-01-01')",
).run(contact.lastInsertRowid)

const contacts = db
  .prepare<[], Contact>(
    `SELECT first_name AS name, count(messages.id) AS messages
     FROM contacts LEFT JOIN messages ON messages.contact_id = contacts.id
     GROUP BY contacts.id`,
  )
  .all()
for (const { name, messages } of contacts) console.log(`${name}: ${messages}`)
db.close()
