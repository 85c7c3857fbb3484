/** Prices: what a grade costs at a station, now and soon. */

export const GRADES = ['G92', 'G95', 'G98', 'D0'] as const
export type Grade = (typeof GRADES)[number]

export interface GradePrice {
  grade: Grade
  name: string
  price_li: number
  coming: { price_li: number; at: string } | null
}
