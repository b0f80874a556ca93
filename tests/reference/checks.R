# Reference values for the procedures of an audit: writes checks.csv beside this script.
# Run it from its own folder:  Rscript checks.R

cat(R.version.string, "\n")
options(digits = 15)
rows <- data.frame()
say <- function(case, test, statistic, pvalue) {
  rows <<- rbind(rows, data.frame(case, test, statistic, pvalue))
}
ratio <- function(observed) {
  expected <- outer(rowSums(observed), colSums(observed)) / sum(observed)
  2 * sum(ifelse(observed > 0, observed * log(observed / expected), 0))
}
counts <- function(case, x, n) {
  both <- cbind(x, n - x)
  k <- length(x)
  pearson <- suppressWarnings(chisq.test(both, correct = FALSE))
  say(case, "Pearson", pearson$statistic, pearson$p.value)
  say(case, "likelihood ratio", ratio(both), pchisq(ratio(both), k - 1, lower = FALSE))
  if (k == 2) {
    yates <- suppressWarnings(chisq.test(both))
    say(case, "Yates", yates$statistic, yates$p.value)
    one <- min(fisher.test(both, alternative = "less")$p.value,
               fisher.test(both, alternative = "greater")$p.value)
    say(case, "Fisher one-sided", NA, one)
    own <- dhyper(x[1], sum(x), sum(n) - sum(x), n[1])
    say(case, "Fisher mid-p", NA, fisher.test(both)$p.value - own / 2)
  } else {
    trend <- suppressWarnings(prop.trend.test(x, n))
    say(case, "trend", trend$statistic, trend$p.value)
  }
  say(case, "Fisher", NA, fisher.test(both, workspace = 2e7)$p.value)
  patients <- rep(rep(seq_len(k), 2), c(x, n - x))
  event <- rep(c(1, 0), c(sum(x), sum(n - x)))
  rank <- kruskal.test(event, patients)  # (N - 1) / N of Pearson's value
  say(case, "N-1", rank$statistic, rank$p.value)
  mantel <- (sum(n) - 1) * cor(event, patients)^2
  if (k > 2) say(case, "Mantel", mantel, pchisq(mantel, 1, lower = FALSE))
}
levels <- function(case, observed) {
  pearson <- suppressWarnings(chisq.test(observed, correct = FALSE))
  say(case, "Pearson", pearson$statistic, pearson$p.value)
  dof <- prod(dim(observed) - 1)
  say(case, "likelihood ratio", ratio(observed),
      pchisq(ratio(observed), dof, lower = FALSE))
  level <- rep(as.vector(row(observed)), as.vector(observed))
  arm <- rep(as.vector(col(observed)), as.vector(observed))
  rank <- kruskal.test(level, arm)
  say(case, "Kruskal-Wallis", rank$statistic, rank$p.value)
  mantel <- (sum(observed) - 1) * cor(level, arm)^2
  say(case, "Mantel", mantel, pchisq(mantel, 1, lower = FALSE))
  if (ncol(observed) == 2) say(case, "Fisher", NA, fisher.test(observed)$p.value)
}
means <- function(case, n, mean, sd) {
  # patients with exactly these means and standard deviations
  set.seed(1)
  arms <- lapply(seq_along(n), function(i) mean[i] + sd[i] * as.vector(scale(rnorm(n[i]))))
  if (length(n) == 2) {
    pooled <- t.test(arms[[1]], arms[[2]], var.equal = TRUE)
    say(case, "t", abs(pooled$statistic), pooled$p.value)
    welch <- t.test(arms[[1]], arms[[2]])
    say(case, "Welch", abs(welch$statistic), welch$p.value)
  }
  all <- data.frame(y = unlist(arms), arm = factor(rep(seq_along(n), n)))
  variance <- oneway.test(y ~ arm, all, var.equal = TRUE)
  say(case, "F", variance$statistic, variance$p.value)
}
counts("5 1 of 15 15", c(5, 1), c(15, 15))
counts("16 18 of 24 24", c(16, 18), c(24, 24))
counts("219 18 of 1008 336", c(219, 18), c(1008, 336))
counts("0 7 of 12 31", c(0, 7), c(12, 31))
counts("6 12 16 of 20 20 20", c(6, 12, 16), c(20, 20, 20))
counts("12 10 23 of 36 34 85", c(12, 10, 23), c(36, 34, 85))
counts("30 25 20 of 300 300 300", c(30, 25, 20), c(300, 300, 300))
counts("1 4 0 9 of 10 12 9 14", c(1, 4, 0, 9), c(10, 12, 9, 14))
levels("5 7 8 / 9 8 3", matrix(c(5, 7, 8, 9, 8, 3), 3))
levels("4 9 2 11 / 8 8 8 1 / 0 5 6 10", matrix(c(4, 9, 2, 11, 8, 8, 8, 1, 0, 5, 6, 10), 4))
means("34.2 30.1", c(20, 25), c(34.2, 30.1), c(7.7, 4.1))
means("24.2 25.1 26.8", c(20, 22, 21), c(24.2, 25.1, 26.8), c(2.7, 3.1, 3.9))
write.csv(rows, "checks.csv", row.names = FALSE, quote = TRUE, eol = "\n")
