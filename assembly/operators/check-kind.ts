// The kinds of numbers that a check digit or a number range tells from others.

export const enum CheckDigit {
  Card = 0,
  Ssn,
  Cpf,
  Svnr,
  Rut,
}
