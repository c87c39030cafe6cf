// Where a message is on its way. What messages had before is filled in by the next migration.
import { defineMigration, sql } from 'lockstep/better-sqlite3'

const unknown = 'received'

export default defineMigration({
  description: 'Add the delivery status to messages',
  up: [
    sql`
      ALTER TABLE messages ADD COLUMN status TEXT NOT NULL DEFAULT ${unknown}
        CHECK (status IN ('received', 'read', 'queued', 'sent', 'failed'))
    `,
    sql`CREATE INDEX idx_messages_status ON messages (status) WHERE status IN ('queued', 'failed')`,
  ],
  down: [sql`DROP INDEX idx_messages_status`, sql`ALTER TABLE messages DROP COLUMN status`],
})
