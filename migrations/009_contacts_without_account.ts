// People from the phone book need no Telegram account. SQLite on every supported version drops NOT NULL only by a
// rebuild; indexes, triggers, the view and every child row stay.
import { defineMigration } from 'lockstep/better-sqlite3'

const contacts = (telegramId: string): string => `
  CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    telegram_id ${telegramId},
    username TEXT,
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    phone TEXT,
    notes TEXT NOT NULL DEFAULT '',
    is_blocked INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    last_seen_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_message_at TIMESTAMP,
    awaits_answer INTEGER NOT NULL DEFAULT 0
  )
`

export default defineMigration({
  description: 'Let contacts exist without a Telegram account',
  up(_db, ctx) {
    ctx.rebuild('contacts', { create: contacts('INTEGER UNIQUE') })
  },
  // Telegram's own numbers of people are positive, so the negative ones mark who had none.
  down(_db, ctx) {
    ctx.rebuild('contacts', {
      create: contacts('INTEGER NOT NULL UNIQUE'),
      copy: { telegram_id: 'coalesce(telegram_id, -id)' },
    })
  },
})
