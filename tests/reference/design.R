# Exact power and false-positive rates by running R's own tests on every table.
# Rscript tests/reference/design.R, from the project's folder, writes design.csv beside
# this file (within half a minute).

# R and the tests here take p-values as equal that differ in the last digits only.
ties <- 1 + 1e-7

pvalues <- list(
  pearson = function(x, n) {
    suppressWarnings(chisq.test(cbind(x, n - x), correct = FALSE)$p.value)
  },
  exact = function(x, n) fisher.test(cbind(x, n - x))$p.value,
  percentages = function(x, n) suppressWarnings(chisq.test(100 * x / n)$p.value)
)

sizes <- list(c(3, 3), c(9, 14), c(25, 25), c(60, 45), c(8, 8, 8), c(5, 7, 11),
              c(20, 20, 20), c(30, 25, 20), c(4, 4, 4, 4), c(3, 6, 4, 5))
base <- c(0.15, 0.4, 0.7, 0.9)

rows <- list()
for (n in sizes) {
  k <- length(n)
  tables <- as.matrix(expand.grid(lapply(n, function(size) 0:size)))
  one_sided <- rowSums(tables) %in% c(0, sum(n))
  rates <- list(rep(0.1, k), rep(0.55, k), base[1:k], rev(base[1:k]))
  for (test in names(pvalues)) {
    # chisq.test gives NaN where all patients or none have the event
    p <- rep(1, nrow(tables))
    p[!one_sided] <- apply(tables[!one_sided, ], 1, pvalues[[test]], n = n)
    for (alpha in c(0.01, 0.05, 0.1)) {
      significant <- p <= alpha * ties
      for (rate in rates) {
        chance <- apply(sapply(1:k, function(i) dbinom(tables[, i], n[i], rate[i])),
                        1, prod)
        rows[[length(rows) + 1]] <- data.frame(
          n = paste(n, collapse = " "), p = paste(rate, collapse = " "), test = test,
          alpha = alpha, significant = sum(significant),
          power = sprintf("%.15g", sum(chance[significant])),
          software = R.version.string
        )
      }
    }
  }
}
write.csv(do.call(rbind, rows), "tests/reference/design.csv", row.names = FALSE,
          quote = FALSE)
