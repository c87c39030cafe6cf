// Two small steps that belong together, in one file.
import { defineMigrations } from 'lockstep/better-sqlite3'

export default defineMigrations([
  {
    version: 7,
    name: 'reminders',
    description: 'Reminders to write to somebody',
    sql: [
      `CREATE TABLE reminders (
        id INTEGER PRIMARY KEY,
        contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
        text TEXT NOT NULL DEFAULT '',
        due_at TIMESTAMP NOT NULL,
        done_at TIMESTAMP
      )`,
      'CREATE INDEX idx_reminders_contact ON reminders (contact_id)',
      'CREATE INDEX idx_reminders_due ON reminders (due_at) WHERE done_at IS NULL',
    ],
    down: ['DROP TABLE reminders'],
  },
  {
    version: 8,
    name: 'open_reminders',
    description: 'What is still to do, the most urgent first',
    sql: [
      `CREATE VIEW open_reminders AS
        SELECT reminders.id, due_at, text, trim(first_name || ' ' || last_name) AS contact
        FROM reminders
        JOIN contacts ON contacts.id = reminders.contact_id
        WHERE done_at IS NULL
        ORDER BY due_at`,
    ],
    down: ['DROP VIEW open_reminders'],
  },
])
