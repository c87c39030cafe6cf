// Gives the messages that were there before the status a status. Batches keep memory flat however many there are.
import type { Context, Handle } from 'lockstep/better-sqlite3'

interface Message {
  readonly id: number
  readonly direction: 'in' | 'out'
  readonly is_read: 0 | 1
}

export const description = 'Derive the status of old messages from direction and read mark'

export function up(db: Handle, ctx: Context): void {
  const setStatus = db.prepare<[string, number]>('UPDATE messages SET status = ? WHERE id = ?')
  const old = 'SELECT id, direction, is_read FROM messages'
  ctx.batches<Message>(old, { by: 'id', size: 1_000 }, (messages) => {
    for (const message of messages) setStatus.run(statusOf(message), message.id)
  })
}

export function down(db: Handle): void {
  db.exec(`UPDATE messages SET status = 'received'`)
}

function statusOf(message: Message): string {
  if (message.direction === 'out') return 'sent'
  return message.is_read === 1 ? 'read' : 'received'
}
