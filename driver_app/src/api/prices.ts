/** Prices: what a grade costs at a station, now and soon. */

export const GRADES = ['G92', 'G95', 'G98', 'D0'] as const
export type Grade = (typeof GRADES)[number]

/** Petrol by number, then diesel, as on a station's price board. */
export function inBoardOrder(prices: GradePrice[]): GradePrice[] {
  const place = ({ grade }: GradePrice) => (GRADES.includes(grade) ? GRADES.indexOf(grade) : GRADES.length)
  return [...prices].sort((one, other) => place(one) - place(other))
}

export interface GradePrice {
  grade: Grade
  name: string
  price_li: number
  coming: { price_li: number; at: string } | null
}
