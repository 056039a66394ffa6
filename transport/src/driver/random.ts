/** Where randomness comes from: a seeded generator in the simulator. */
export interface Random {
  /** Any int32, each as likely as the other. */
  int32(): number;
}
