# Reference values for tests of k x 2 tables: writes tables.csv beside this script.
# Run it from its own folder:  Rscript tables.R
# Needs R with the package coin (Debian: r-cran-coin).

suppressPackageStartupMessages(library(coin))
cat(R.version.string, "\n")
cat("coin", as.character(packageVersion("coin")), "\n")
set.seed(1)

joined <- function(x) paste(format(x, digits = 17, trim = TRUE), collapse = " ")

rows <- list()
add <- function(quantity, events, n, scores, values) {
  rows[[length(rows) + 1]] <<- data.frame(
    quantity = quantity, events = joined(events), n = joined(n),
    scores = if (is.null(scores)) "" else joined(scores), values = joined(values)
  )
}

fisher <- function(events, n) {
  fisher.test(cbind(events, n - events), workspace = 2e7)$p.value
}

# exact test of trend: permutation of the scores over patients with and without event
exact_trend <- function(events, n, scores, alternative) {
  outcome <- factor(rep(rep(c("yes", "no"), length(n)), rbind(events, n - events)),
                    levels = c("yes", "no"))
  score <- rep(scores, n)
  test <- independence_test(score ~ outcome, alternative = alternative,
                            distribution = exact(algorithm = "shift"))
  as.numeric(pvalue(test))
}

# fewest events added to the arm with fewer, until Fisher's test is at alpha or above
fragility <- function(events, n, step, alpha = 0.05) {
  arm <- which.min(events)
  for (i in 0:n[arm]) {
    changed <- events
    changed[arm] <- changed[arm] + step * i
    if (changed[arm] < 0 || changed[arm] > n[arm]) return(NA)
    p <- fisher(changed, n)
    if ((step > 0 && p >= alpha) || (step < 0 && p < alpha)) return(i)
  }
  NA
}

tables <- list(
  list(c(11, 13, 17), c(20, 20, 20)), list(c(6, 12, 16), c(20, 20, 20)),
  list(c(8, 11, 14), c(20, 20, 20)), list(c(3, 1), c(4, 4)),
  list(c(0, 5), c(9, 9)), list(c(0, 0, 7), c(8, 15, 7)), list(c(1, 9), c(100, 100))
)
for (k in 2:5) for (i in 1:8) {
  n <- sample(3:(90 %/% k), k, replace = TRUE)
  tables[[length(tables) + 1]] <- list(pmin(n - 1, rbinom(k, n, runif(k))), n)
}

for (table in tables) {
  events <- table[[1]]
  n <- table[[2]]
  if (sum(events) == 0) next
  k <- length(n)
  cells <- cbind(events, n - events)
  add("exact", events, n, NULL, fisher(events, n))
  pearson <- suppressWarnings(chisq.test(cells, correct = FALSE))
  add("pearson", events, n, NULL, c(pearson$statistic, pearson$p.value))
  for (scores in list(seq_len(k) - 1, c(1, 2, 4, 8, 16)[seq_len(k)],
                      c(0.1, 0.3, 0.2, 0.7, 0.4)[seq_len(k)])) {
    trend <- suppressWarnings(prop.trend.test(events, n, scores))
    add("trend", events, n, scores, c(trend$statistic, trend$p.value))
    # coin wants whole scores: ten times as much is the same test
    whole <- round(10 * scores)
    add("exact trend", events, n, scores, c(
      exact_trend(events, n, whole, "two.sided"),
      exact_trend(events, n, whole, "greater"), exact_trend(events, n, whole, "less")
    ))
  }
  pairs <- combn(k, 2)
  raw <- apply(pairs, 2, function(pair) fisher(events[pair], n[pair]))
  add("pairs", events, n, NULL, raw)
  add("pairs Holm", events, n, NULL, p.adjust(raw, "holm"))
  if (k == 2) {
    step <- if (fisher(events, n) < 0.05) 1 else -1
    name <- if (step > 0) "fragility" else "reverse fragility"
    add(name, events, n, NULL, fragility(events, n, step))
  }
}

out <- do.call(rbind, rows)
file <- file("tables.csv", "w")
writeLines(paste0("# ", R.version.string, "; coin ", packageVersion("coin")), file)
write.csv(out, file, row.names = FALSE, quote = FALSE)
close(file)
cat(nrow(out), "rows\n")
