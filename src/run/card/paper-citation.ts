/** The paper whose method this is, for BibTeX. */
export const paperBibtex = `@article{tang2025darwinlm,
  title   = {DarwinLM: Evolutionary Structured Pruning of Large Language Models},
  author  = {Tang, Shengkun and Sieberling, Oliver and Kurtic, Eldar and Shen, Zhiqiang and Alistarh, Dan},
  journal = {arXiv preprint arXiv:2502.07780},
  year    = {2025}
}`;

/** The same in a line. */
export const paperText =
  'Shengkun Tang, Oliver Sieberling, Eldar Kurtic, Zhiqiang Shen, Dan Alistarh. DarwinLM: Evolutionary Structured Pruning of Large Language Models. arXiv:2502.07780, 2025.';
