// Completes the commands that messages suggest between backticks. Pure.

/** The text with the result of `missing` appended to each command; `rest` is what follows the command's name. */
export const completeCommands = (
  text: string,
  missing: (name: string, rest: string) => string,
): string =>
  text.replace(
    /`lockstep ([a-z]+)([^`|]*)`/g,
    (_, name: string, rest: string) => `\`lockstep ${name}${rest}${missing(name, rest)}\``,
  )

/** Whether a command says which history it is about; a target that names the history does so as well. */
export const saysHistory = (rest: string): boolean => /--name\b|--to [a-z]\w*:/i.test(rest)
