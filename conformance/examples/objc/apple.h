// What Apple's Foundation has and GNUstep of Debian lacks: just enough for the examples, and everything in one thread.
#import <Foundation/Foundation.h>

@interface NSURLSessionDataTask : NSObject {
@public
  NSURLRequest *request;
  void (^handler)(NSData *, NSURLResponse *, NSError *);
}
- (void)resume;
@end

@interface NSURLSession : NSObject
+ (NSURLSession *)sharedSession;
- (NSURLSessionDataTask *)dataTaskWithRequest:(NSURLRequest *)request
                            completionHandler:(void (^)(NSData *data, NSURLResponse *response, NSError *error))handler;
@end

typedef void *dispatch_semaphore_t;
#define DISPATCH_TIME_FOREVER (~0ull)
dispatch_semaphore_t dispatch_semaphore_create(intptr_t value);
intptr_t dispatch_semaphore_signal(dispatch_semaphore_t semaphore);
intptr_t dispatch_semaphore_wait(dispatch_semaphore_t semaphore, uint64_t timeout);
